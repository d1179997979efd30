/** Encryption: with which key of KMS documents are encrypted from now on. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { CopyAs } from "../../components/copy_as";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { useEncryption } from "../../query/encryption";
import { useViewState } from "../../url/view_state";
import { EncryptionForm } from "./encryption_form";

export default function EncryptionPage() {
  const config = useEncryption();
  const { get, change } = useViewState();
  const key = config.data?.KeyId ?? "";
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="Segment documents, and what in them belongs to users, can be kept encrypted.">
        Encryption
      </Header>
      {config.error && <ProblemAlert error={config.error} onRetry={() => void config.refetch()} />}
      {config.isPending && <Loading what="the encryption setting" />}
      {config.data && (
        <Container
          header={
            <Header
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <CopyAs calls={[config.call]} />
                  <Button onClick={() => change({ edit: "key" }, "push")}>Edit</Button>
                </SpaceBetween>
              }
            >
              Encryption at rest
            </Header>
          }
        >
          <SpaceBetween size="m">
            <KeyValuePairs
              columns={2}
              items={[
                { label: "Encrypted with", value: config.data.Type === "KMS" ? "A key of KMS" : "No key of KMS" },
                { label: "Status", value: <Status updating={config.data.Status === "UPDATING"} /> },
              ]}
            />
            {key && <KeyValuePairs columns={1} items={[{ label: "Key", value: <KeyArn arn={key} /> }]} />}
          </SpaceBetween>
        </Container>
      )}
      <Box color="text-body-secondary">
        A change applies to what is sent from then on. What is stored stays as it is and readable, as long as its key
        is.
      </Box>
      {config.data && get("edit") && (
        <EncryptionForm current={key} onClose={() => change({ edit: undefined }, "push")} />
      )}
    </SpaceBetween>
  );
}

function Status({ updating }: { updating: boolean }) {
  return updating ? (
    <StatusIndicator type="in-progress">Updating</StatusIndicator>
  ) : (
    <StatusIndicator type="success">Active</StatusIndicator>
  );
}

function KeyArn({ arn }: { arn: string }) {
  return (
    <span className="sky-break">
      <CopyToClipboard
        variant="inline"
        textToCopy={arn}
        copyButtonAriaLabel="Copy the key's ARN"
        copySuccessText="Copied"
        copyErrorText="Not copied"
      />
    </span>
  );
}
