/** With which key X-Ray encrypts documents, and the change of it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getEncryptionConfig, putEncryptionConfig } from "../aws/encryption_calls";
import { useConnection } from "./connection";
import { useEagerQuery } from "./eager_query";

const CONFIG = "GetEncryptionConfig";
const ASKED_WHILE_UPDATING_MS = 2_000;

export function useEncryption() {
  const { clients } = useConnection();
  const query = useEagerQuery({
    queryKey: [CONFIG, clients.region],
    queryFn: async ({ signal }) => (await getEncryptionConfig().send(clients, signal)).EncryptionConfig ?? {},
    refetchInterval: ({ state }) => (state.data?.Status === "UPDATING" ? ASKED_WHILE_UPDATING_MS : false),
  });
  return { ...query, call: getEncryptionConfig() };
}

/** An empty key means: do not encrypt with a key of KMS. */
export function encryptionCall(key: string) {
  return putEncryptionConfig(key ? { Type: "KMS", KeyId: key } : { Type: "NONE" });
}

export function useEncrypt() {
  const { clients } = useConnection();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => encryptionCall(key).send(clients),
    onSettled: () => cache.invalidateQueries({ queryKey: [CONFIG] }),
  });
}
