/** AWS's own clients, pointed at the server that served this page. */

import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { XRayClient } from "@aws-sdk/client-xray";
import { type Session, temporaryCredentials } from "./session";

export interface Clients {
  readonly region: string;
  readonly xray: XRayClient;
  /** Loaded when first called: few views need it. */
  readonly cloudtrail: () => Promise<CloudTrailClient>;
}

export function connect(region: string, session?: Session): Clients {
  const settings = { region, endpoint: location.origin, credentials: temporaryCredentials(session) };
  let cloudtrail: Promise<CloudTrailClient> | undefined;
  return {
    region,
    xray: new XRayClient(settings),
    cloudtrail: () => {
      cloudtrail ??= import("@aws-sdk/client-cloudtrail").then((loaded) => new loaded.CloudTrailClient(settings));
      return cloudtrail;
    },
  };
}
