/** The letter of a side in its colour. */

import { SET_COLOURS } from "../../components/set_colours";

export type SideName = "a" | "b";

export function Side({ name }: { name: SideName }) {
  return (
    <span className="sky-side" style={{ background: SET_COLOURS[name] }}>
      {name.toUpperCase()}
    </span>
  );
}
