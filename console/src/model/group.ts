/** A group: the traces that a filter expression is true of, under a name. */

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly expression: string;
}

export const DEFAULT_GROUP = "Default";

export interface GroupFault {
  readonly name?: string;
  readonly expression?: string;
}

/** What keeps a group from being saved before the server is asked; whether the expression is one, only it can tell. */
export function groupFaults(group: Group, taken: ReadonlySet<string>): GroupFault {
  if (!/^.{1,32}$/.test(group.name)) return { name: "A name has 1 to 32 characters." };
  if (taken.has(group.name)) return { name: `There is a group named ${group.name} already.` };
  if (!group.expression.trim()) return { expression: "Say which traces belong to the group." };
  return {};
}
