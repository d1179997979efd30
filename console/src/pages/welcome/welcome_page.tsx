/** Get started: where this server is, the lines for each kind of application, and whether the first trace has come. */

import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { CodeBlock } from "../../components/code_block";
import { CopyAs } from "../../components/copy_as";
import { Facts } from "../../components/facts";
import { environmentOf, type Place, snippetsFor } from "../../model/snippets";
import { useAnchor } from "../../query/anchor";
import { useConnection } from "../../query/connection";
import { firstTraceCall } from "../../query/first_trace";
import { useViewState } from "../../url/view_state";
import { FirstTrace } from "./first_trace";

export default function WelcomePage() {
  const { session, clients } = useConnection();
  const { now } = useAnchor();
  const place = { endpoint: session.Endpoint, region: clients.region, daemon: session.DaemonAddress };
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="Point an application here and watch its first trace arrive."
        actions={<CopyAs calls={[firstTraceCall(now)]} />}
      >
        Get started
      </Header>
      <FirstTrace />
      <Container header={<Header variant="h2">This server</Header>}>
        <SpaceBetween size="m">
          <Facts
            facts={[
              { label: "Endpoint", value: <Copied text={place.endpoint} /> },
              { label: "X-Ray daemon", value: place.daemon === "off" ? "Not running" : <Copied text={place.daemon} /> },
              { label: "Region", value: place.region },
              { label: "Account", value: <Copied text={session.AccountId} /> },
              { label: "Version", value: session.Version },
            ]}
          />
          <CodeBlock text={environmentOf(place)} />
          <Box color="text-body-secondary">
            <Box variant="code">eval "$(skylens env)"</Box> on the server sets all of this and an access key.
            Applications that send through the daemon need no key.
          </Box>
        </SpaceBetween>
      </Container>
      <Snippets place={place} />
    </SpaceBetween>
  );
}

function Snippets({ place }: { place: Place }) {
  const { get, change } = useViewState();
  return (
    <Tabs
      variant="container"
      activeTabId={get("client") ?? "python"}
      onChange={({ detail }) => change({ client: detail.activeTabId }, "replace")}
      tabs={snippetsFor(place).map(({ id, name, says, lines }) => ({
        id,
        label: name,
        content: (
          <SpaceBetween size="s">
            <Box color="text-body-secondary">{says}</Box>
            <CodeBlock text={lines} />
          </SpaceBetween>
        ),
      }))}
    />
  );
}

function Copied({ text }: { text: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={`Copy ${text}`}
      copySuccessText="Copied"
      copyErrorText="The browser did not copy it"
    />
  );
}
