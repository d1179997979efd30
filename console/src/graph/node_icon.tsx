/** An icon for each kind of node, drawn in the middle of its ring. */

import type { NodeKind } from "../model/node_kind";

const PATHS: Record<NodeKind, string> = {
  client: "M12 11.500a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.600ZM4.5 20c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  service: "M12 3.5 19.4 7.800v8.400L12 20.5 4.6 16.200V7.800ZM12 12l7.4-4.200M12 12v8.500M12 12 4.6 7.8",
  remote: "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM3.5 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17",
  database:
    "M5 6.500c0-1.6 3.1-3 7-3s7 1.4 7 3-3.1 3-7 3-7-1.4-7-3ZM5 6.500v11c0 1.6 3.1 3 7 3s7-1.4 7-3v-11M5 12c0 1.6 3.1 3 7 3s7-1.4 7-3",
  queue: "M3.5 7.500h5v9h-5ZM9.8 7.500h5v9h-5ZM16 12h5M18.6 9.4 21.2 12l-2.6 2.6",
  topic: "M12 12h8M12 12 6.5 6M12 12l-5.5 6M12 12H4M17.5 9.5 20 12l-2.5 2.500M5.5 9.500V5.500h4M9.5 18.500h-4v-4",
  function: "M6 4.500h4l6.5 15H20M10.8 11.5 6 19.500H3.5",
  bucket:
    "M4.5 6.500c0-1.4 3.4-2.5 7.5-2.500s7.5 1.1 7.5 2.500S16.1 9 12 9 4.5 7.9 4.5 6.500ZM4.5 6.5 6.5 19c.3 1 2.6 1.5 5.5 1.500s5.2-.5 5.5-1.500l2-12.5",
  compute: "M4 5h16v5.500H4ZM4 13.500h16V19H4ZM7.5 7.750h.01M7.5 16.250h.01",
  gateway: "M4 12h5M15 5.500H9v13h6M15 12h5M17.5 9.5 20 12l-2.5 2.5",
};

export function NodeIcon({ kind }: { kind: NodeKind }) {
  return (
    <path
      className="sky-node-icon"
      d={PATHS[kind]}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}
