/** Groups of traces, and changes to them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Call } from "../aws/call";
import { createGroup, deleteGroup, getGroups, updateGroup } from "../aws/group_calls";
import type { Group } from "../model/group";
import { useConnection } from "./connection";
import { useEagerQuery } from "./eager_query";

const GROUPS = "GetGroups";

export function useGroups() {
  const { clients } = useConnection();
  const query = useEagerQuery({
    queryKey: [GROUPS, clients.region],
    queryFn: async ({ signal }) => {
      const groups: Group[] = [];
      let token: string | undefined;
      do {
        const page = await getGroups(token).send(clients, signal);
        for (const group of page.Groups ?? [])
          groups.push({
            name: group.GroupName ?? "",
            arn: group.GroupARN ?? "",
            expression: group.FilterExpression ?? "",
          });
        token = page.NextToken;
      } while (token);
      return groups;
    },
  });
  return { ...query, call: getGroups() };
}

function useChange<Input>(callOf: (input: Input) => Call<unknown>) {
  const { clients } = useConnection();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => callOf(input).send(clients),
    onSettled: () => cache.invalidateQueries({ queryKey: [GROUPS] }),
  });
}

export function createGroupCall({ name, expression }: Group) {
  return createGroup({ GroupName: name, FilterExpression: expression });
}

export function updateGroupCall({ name, expression }: Group) {
  return updateGroup({ GroupName: name, FilterExpression: expression });
}

export function useSaveGroup(isNew: boolean) {
  return useChange((group: Group) => (isNew ? createGroupCall(group) : updateGroupCall(group)));
}

export function deleteGroupCall(name: string) {
  return deleteGroup({ GroupName: name });
}

export function useDeleteGroup() {
  return useChange(deleteGroupCall);
}
