/** The region stands before the hash, as in the AWS console: /console/?region=eu-west-1#/traces. */

export function regionOfUrl(search: string): string | undefined {
  return new URLSearchParams(search).get("region") ?? undefined;
}

/** What an `href` needs to open a hash in another region. */
export function hrefInRegion(region: string, hash: string): string {
  return `?${new URLSearchParams({ region })}${hash}`;
}

/** Opens the same view in another region. The page loads anew, so that nothing of the other region stays. */
export function goToRegion(region: string): void {
  const url = new URL(location.href);
  url.searchParams.set("region", region);
  location.assign(url);
}
