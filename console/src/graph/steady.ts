/** Keeps what has not changed: React draws only what is another object than before. */

interface Drawn {
  readonly id: string;
  readonly data?: object | undefined;
}

/** Returns the items of now, each as the object of before where nothing in it is different. */
export function steady<Item extends Drawn>(before: readonly Item[], now: readonly Item[]): Item[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return now.map((item) => {
    const then = known.get(item.id);
    return then && isSame(then, item) ? then : item;
  });
}

/** Compares members, and what those have inside: places, counts, texts. */
function isSame(one: unknown, other: unknown, depth = 3): boolean {
  if (Object.is(one, other)) return true;
  if (depth === 0 || typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return (
    keys.length === others.length &&
    keys.every((key) => isSame((one as Members)[key], (other as Members)[key], depth - 1))
  );
}

type Members = Readonly<Record<string, unknown>>;
