/** Lines to read and to copy. */

import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

export function CodeBlock({ text }: { text: string }) {
  return (
    <div className="sky-lines">
      <div className="sky-lines-copy">
        <CopyToClipboard
          variant="icon"
          textToCopy={text}
          copyButtonAriaLabel="Copy"
          copySuccessText="Copied"
          copyErrorText="The browser did not copy it"
        />
      </div>
      <pre className="sky-code">{text}</pre>
    </div>
  );
}
