/** JSON, indented. */

import { CodeBlock } from "./code_block";

export function JsonView({ value }: { value: unknown }) {
  return <CodeBlock text={JSON.stringify(value, null, 2)} />;
}
