/** Downloads the rows of a table as CSV or JSON. */

import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { type Column, toCsv, toRecords } from "../model/csv";

interface DownloadProps<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

export function Download<Row>({ name, columns, rows }: DownloadProps<Row>) {
  const download = (format: string) => {
    if (format === "csv") saveFile(`${name}.csv`, "text/csv", toCsv(columns, rows));
    else saveFile(`${name}.json`, "application/json", JSON.stringify(toRecords(columns, rows), null, 2));
  };
  return (
    <ButtonDropdown
      items={[
        { id: "csv", text: "CSV" },
        { id: "json", text: "JSON" },
      ]}
      onItemClick={({ detail }) => download(detail.id)}
      disabled={rows.length === 0}
    >
      Download
    </ButtonDropdown>
  );
}

export function saveFile(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
