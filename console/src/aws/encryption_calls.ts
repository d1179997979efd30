/** Calls of X-Ray's operations on how documents are encrypted. */

import {
  GetEncryptionConfigCommand,
  type GetEncryptionConfigCommandOutput,
  PutEncryptionConfigCommand,
  type PutEncryptionConfigCommandInput,
  type PutEncryptionConfigCommandOutput,
} from "@aws-sdk/client-xray";
import { type Call, xrayCall } from "./call";

export function getEncryptionConfig(): Call<GetEncryptionConfigCommandOutput> {
  return xrayCall("GetEncryptionConfig", "/EncryptionConfig", {}, ({ xray }, options) =>
    xray.send(new GetEncryptionConfigCommand({}), options),
  );
}

export function putEncryptionConfig(input: PutEncryptionConfigCommandInput): Call<PutEncryptionConfigCommandOutput> {
  return xrayCall("PutEncryptionConfig", "/PutEncryptionConfig", input, ({ xray }, options) =>
    xray.send(new PutEncryptionConfigCommand(input), options),
  );
}
