/** Waits for the first trace, and turns green when it is there. */

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import { Instant } from "../../components/instant";
import { ProblemAlert } from "../../components/problem_alert";
import { useFirstTrace } from "../../query/first_trace";
import { hashOf, PATHS, tracePath, tracesPath } from "../../url/paths";

export function FirstTrace() {
  const { data, error, refetch } = useFirstTrace();
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) {
    return (
      <Alert
        type="info"
        header="Waiting for your first trace"
        action={<Button href={hashOf(PATHS.doctor)}>Check the way</Button>}
      >
        <Spinner /> Nothing has arrived in the last day. <code>skylens demo</code> sends the traffic of a small shop;{" "}
        <Link href={hashOf(PATHS.doctor)}>doctor</Link> looks for what is in the way.
      </Alert>
    );
  }
  return (
    <Alert
      type="success"
      header="Traces arrive"
      action={<Button href={hashOf(tracesPath({ range: { kind: "relative", seconds: 86400 } }))}>View traces</Button>}
    >
      The newest one is of {data.StartTime && <Instant at={data.StartTime} />}:{" "}
      <Link href={hashOf(tracePath(data.Id ?? ""))}>{data.Http?.HttpURL ?? data.EntryPoint?.Name ?? data.Id}</Link>
    </Alert>
  );
}
