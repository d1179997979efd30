/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

export type Cell = string | number | boolean | undefined | null;

export interface Column<Row> {
  readonly header: string;
  readonly value: (row: Row) => Cell;
}

export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map((column) => column.header),
    ...rows.map((row) => columns.map((column) => column.value(row))),
  ];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

// A spreadsheet takes a cell that begins like this for a formula; what was traced is other people's text.
const FORMULA = /^[=+\-@\t\r]/;

function field(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Objects as rows of values by column name, for the JSON that a table downloads. */
export function toRecords<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column.header, column.value(row)])));
}
