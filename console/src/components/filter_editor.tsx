/** The editor of filter expressions. The editor proper is loaded when it is first shown; until then a field holds its place. */

import "./filter_editor.css";
import { lazy, Suspense } from "react";
import type { SeenValues } from "../model/seen_values";

export interface FilterEditorProps {
  readonly value: string;
  /** Enter: the expression is meant. */
  readonly onSubmit: (expression: string) => void;
  /** Each change, where a form has to know what stands there before Enter. */
  readonly onChange?: (expression: string) => void;
  /** What the server said of the expression, if it refused it. */
  readonly error?: string | undefined;
  readonly seen: SeenValues;
  readonly placeholder: string;
}

const CodeField = lazy(() => import("./filter_code_field"));

export function FilterEditor(props: FilterEditorProps) {
  return (
    <div className="sky-filter">
      <Suspense fallback={<div className="sky-filter-waiting">{props.value || props.placeholder}</div>}>
        <CodeField {...props} />
      </Suspense>
    </div>
  );
}
