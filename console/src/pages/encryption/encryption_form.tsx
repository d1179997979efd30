/** Chooses the key that documents are encrypted with. */

import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { ChangeModal } from "../../components/change_modal";
import { encryptionCall, useEncrypt } from "../../query/encryption";

interface EncryptionFormProps {
  readonly current: string;
  readonly onClose: () => void;
}

export function EncryptionForm({ current, onClose }: EncryptionFormProps) {
  const [withKey, setWithKey] = useState(current !== "");
  const [key, setKey] = useState(current);
  const [tried, setTried] = useState(false);
  const encrypt = useEncrypt();
  const chosen = withKey ? key.trim() : "";
  const missing = withKey && !chosen;
  const submit = () => {
    setTried(true);
    if (!missing) encrypt.mutate(chosen, { onSuccess: onClose });
  };
  return (
    <ChangeModal
      header="Encrypt documents"
      confirm="Save"
      change={encrypt}
      calls={missing ? [] : [encryptionCall(chosen)]}
      onConfirm={submit}
      onClose={onClose}
    >
      <RadioGroup
        value={withKey ? "KMS" : "NONE"}
        onChange={({ detail }) => setWithKey(detail.value === "KMS")}
        ariaLabel="How documents are encrypted"
        items={[
          { value: "NONE", label: "Without a key of KMS", description: "Documents lie on the disk as they are." },
          {
            value: "KMS",
            label: "With a key of KMS",
            description: "Whoever reads traces needs kms:Decrypt with it.",
          },
        ]}
      />
      {withKey && (
        <FormField
          label="Key"
          description="Its id, its ARN or an alias such as alias/traces. It must be symmetric."
          errorText={tried && missing ? "Say which key." : undefined}
        >
          <Input value={key} onChange={({ detail }) => setKey(detail.value)} placeholder="alias/traces" />
        </FormField>
      )}
    </ChangeModal>
  );
}
