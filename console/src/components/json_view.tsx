/** JSON, indented, to read and to copy. */

import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";

export function JsonView({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <div className="sky-json">
      <div className="sky-json-copy">
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
