import { expect, it } from "vitest";
import { auditEvent, isDeletion, namesOf } from "../../src/model/audit_event";

it("an event says in short what its record says", () => {
  const record = {
    sourceIPAddress: "10.0.0.9",
    errorCode: "AccessDeniedException",
    additionalEventData: { xRayTraceId: "Root=1-58406520-a006649127e371903a2de979;Sampled=1" },
  };
  const event = auditEvent({
    EventId: "e-1",
    EventName: "DeleteGroup",
    EventSource: "xray.amazonaws.com",
    ReadOnly: "false",
    Resources: [{ ResourceName: "checkout" }, {}],
    CloudTrailEvent: JSON.stringify(record),
  });
  expect(event).toMatchObject({
    source: "xray",
    address: "10.0.0.9",
    error: "AccessDeniedException",
    resources: ["checkout"],
    traceId: "1-58406520-a006649127e371903a2de979",
    readOnly: false,
  });
});

it.each(["", "[]", "{", "null"])("a record that cannot be read says nothing: %j", (CloudTrailEvent) => {
  expect(auditEvent({ EventName: "DeleteGroup", CloudTrailEvent })).toMatchObject({
    name: "DeleteGroup",
    error: "",
    record: {},
  });
});

it.each([
  ["DeleteGroup", true],
  ["RemoveUserFromGroup", true],
  ["ScheduleKeyDeletion", true],
  ["BatchDeleteImage", true],
  ["CancelKeyDeletion", false],
  ["CreateGroup", false],
  ["UndeleteThing", false],
])("%s deletes something: %s", (EventName, deletes) => {
  expect(isDeletion(auditEvent({ EventName }))).toBe(deletes);
});

it("a resource is named once, by its ARN where it has no other name", () => {
  const arn = "arn:aws:xray:us-east-1:000000000000:group/gold/ABC";
  expect(namesOf(["gold", arn])).toEqual(["gold"]);
  expect(namesOf([arn, "silver"])).toEqual([arn, "silver"]);
});
