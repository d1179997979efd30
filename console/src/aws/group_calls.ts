/** Calls of X-Ray's operations on groups. */

import {
  CreateGroupCommand,
  type CreateGroupCommandInput,
  type CreateGroupCommandOutput,
  DeleteGroupCommand,
  type DeleteGroupCommandInput,
  type DeleteGroupCommandOutput,
  GetGroupsCommand,
  type GetGroupsCommandOutput,
  UpdateGroupCommand,
  type UpdateGroupCommandInput,
  type UpdateGroupCommandOutput,
} from "@aws-sdk/client-xray";
import { type Call, xrayCall } from "./call";

export function getGroups(token?: string): Call<GetGroupsCommandOutput> {
  const input = token ? { NextToken: token } : {};
  return xrayCall("GetGroups", "/Groups", input, ({ xray }, options) =>
    xray.send(new GetGroupsCommand(input), options),
  );
}

export function createGroup(input: CreateGroupCommandInput): Call<CreateGroupCommandOutput> {
  return xrayCall("CreateGroup", "/CreateGroup", input, ({ xray }, options) =>
    xray.send(new CreateGroupCommand(input), options),
  );
}

export function updateGroup(input: UpdateGroupCommandInput): Call<UpdateGroupCommandOutput> {
  return xrayCall("UpdateGroup", "/UpdateGroup", input, ({ xray }, options) =>
    xray.send(new UpdateGroupCommand(input), options),
  );
}

export function deleteGroup(input: DeleteGroupCommandInput): Call<DeleteGroupCommandOutput> {
  return xrayCall("DeleteGroup", "/DeleteGroup", input, ({ xray }, options) =>
    xray.send(new DeleteGroupCommand(input), options),
  );
}
