/** Does everything between an application and its trace work? The checks of `skylens doctor`, each with what to do. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CopyToRun } from "../../components/copy_to_run";
import { Download } from "../../components/download";
import { ProblemAlert } from "../../components/problem_alert";
import { FINDING_COLUMNS } from "../../model/finding";
import { useExamination } from "../../query/doctor";
import { FindingsTable } from "./findings_table";

export default function DoctorPage() {
  const { data, error, isFetching, refetch } = useExamination();
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description="Everything between an application and its trace, checked by the server with your own rights."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => void refetch()} loading={isFetching} loadingText="Checking">
              Check again
            </Button>
            <CopyToRun text="skylens doctor --json" />
            <Download name="doctor" columns={FINDING_COLUMNS} rows={data ?? []} />
          </SpaceBetween>
        }
      >
        Doctor
      </Header>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {!error && <FindingsTable findings={data ?? []} isChecking={isFetching} />}
    </SpaceBetween>
  );
}
