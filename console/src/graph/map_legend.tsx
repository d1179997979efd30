/** What the colours and the lines of a map mean. */

import { OutcomeMark } from "../components/outcome";
import { COUNTED } from "../model/map_filter";

export function MapLegend() {
  return (
    <div className="sky-legend">
      {COUNTED.map((outcome) => (
        <OutcomeMark key={outcome} outcome={outcome} />
      ))}
      <span>Rings and lines show how requests ended; thicker lines carry more of them, dashed ones are links.</span>
    </div>
  );
}
