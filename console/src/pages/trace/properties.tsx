/** Names and values as a table; a value of an annotation leads to the traces that have it too. */

import Link from "@cloudscape-design/components/link";
import { JsonView } from "../../components/json_view";
import { annotationFilter } from "../../model/filter_text";
import { hashOf, tracesPath } from "../../url/paths";

interface PropertiesProps {
  readonly of: Readonly<Record<string, unknown>>;
  readonly filterBy?: "annotation";
}

export function Properties({ of, filterBy }: PropertiesProps) {
  return (
    <table className="sky-properties">
      <tbody>
        {Object.entries(of).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {typeof value === "object" ? (
                <JsonView value={value} />
              ) : (
                <span className="sky-break">{String(value)}</span>
              )}
              {filterBy && typeof value !== "object" && (
                <Link
                  href={hashOf(tracesPath({ filter: annotationFilter(name, value) }))}
                  variant="info"
                  ariaLabel={`Traces with ${name} = ${value}`}
                >
                  traces
                </Link>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
