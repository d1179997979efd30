/** Signs in with an access key; `skylens console` prints a link that needs none. */

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import icon from "../../app/icon.svg";
import { signIn } from "../../aws/session";
import { useForgetEverything } from "../../query/connection";
import { PATHS } from "../../url/paths";

export function SignInPage() {
  const [params] = useSearchParams();
  const [id, setId] = useState("");
  const [secret, setSecret] = useState("");
  const attempt = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id && secret) attempt.mutate({ AccessKeyId: id.trim(), SecretAccessKey: secret.trim() });
  };
  return (
    <main className="sky-sign-in">
      <SpaceBetween size="l">
        <img src={icon} alt="" width={48} height={48} />
        {params.get("problem") === "token" && !attempt.error && (
          <Alert type="warning" header="That link has been used, or is too old">
            Run <Box variant="code">skylens console</Box> for a new one.
          </Alert>
        )}
        <form onSubmit={submit}>
          <Container header={<Header variant="h1">Sign in to Skylens</Header>}>
            <Form
              actions={
                <Button variant="primary" loading={attempt.isPending} disabled={!id || !secret}>
                  Sign in
                </Button>
              }
              errorText={attempt.error?.message}
            >
              <SpaceBetween size="m">
                <FormField label="Access key ID">
                  <Input
                    value={id}
                    onChange={({ detail }) => setId(detail.value)}
                    autoFocus
                    spellcheck={false}
                    name="username"
                    autoComplete="username"
                    placeholder="AKIA…"
                  />
                </FormField>
                <FormField label="Secret access key">
                  <Input
                    value={secret}
                    onChange={({ detail }) => setSecret(detail.value)}
                    type="password"
                    name="password"
                    autoComplete="current-password"
                  />
                </FormField>
              </SpaceBetween>
            </Form>
          </Container>
        </form>
        <Box color="text-body-secondary">
          <Box variant="code">skylens console</Box> on the server prints a link that signs you in,{" "}
          <Box variant="code">skylens env</Box> the key.
        </Box>
      </SpaceBetween>
    </main>
  );
}

function useSignIn() {
  const forget = useForgetEverything();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      // What the token was is nobody's business any more, least of all the history's.
      if (location.hash.startsWith("#/sign-in")) navigate(PATHS.traces, { replace: true });
      await forget();
    },
  });
}
