/** Copies the line that does the same in a shell. */

import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

export function CopyToRun({ text }: { text: string }) {
  return (
    <CopyToClipboard
      variant="button"
      copyButtonText="Copy command"
      textToCopy={text}
      copySuccessText={`Copied ${text}`}
      copyErrorText="The browser did not copy it"
    />
  );
}
