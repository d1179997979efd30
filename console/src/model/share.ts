/** A share of a whole as people read it: `5%`, `0.25%`, `33.3%`. */

export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
