/** Copies the calls that made a view, as lines that a person can run. */

import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useState } from "react";
import { type CallText, copyAs, LANGUAGES, type Language } from "../model/copy_as";
import { useConnection } from "../query/connection";

export function CopyAs({ calls }: { calls: readonly CallText[] }) {
  const { session, clients } = useConnection();
  const [copied, setCopied] = useState<Language | null>(null);
  const copy = async (language: Language) => {
    await navigator.clipboard.writeText(
      copyAs(language, calls, { endpoint: session.Endpoint, region: clients.region }),
    );
    setCopied(language);
    setTimeout(() => setCopied(null), 2000);
  };
  return (
    <ButtonDropdown
      items={LANGUAGES.map((language) => ({ id: language, text: language }))}
      onItemClick={({ detail }) => void copy(detail.id as Language)}
      disabled={calls.length === 0}
    >
      {copied ? `Copied as ${copied}` : "Copy as"}
    </ButtonDropdown>
  );
}
