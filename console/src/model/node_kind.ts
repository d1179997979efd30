/** What a node of the map is, by the type that X-Ray gives it: AWS's resource types, `Database::SQL`, `client`, `remote`. */

export type NodeKind =
  | "client"
  | "service"
  | "remote"
  | "database"
  | "queue"
  | "topic"
  | "function"
  | "bucket"
  | "compute"
  | "gateway";

const KINDS: readonly (readonly [RegExp, NodeKind])[] = [
  [/^client$/, "client"],
  [/^remote$/, "remote"],
  [/Lambda|StepFunctions/i, "function"],
  [/DynamoDB|RDS|Redshift|ElastiCache|Neptune|DocDB|Database|SQL|Redis|Mongo|Cassandra/i, "database"],
  [/SQS|Kinesis|Kafka|MQ/i, "queue"],
  [/SNS|Events|EventBridge/i, "topic"],
  [/S3/i, "bucket"],
  [/ApiGateway|AppSync|ElasticLoadBalancing|CloudFront/i, "gateway"],
  [/EC2|ECS|EKS|ElasticBeanstalk|AppRunner/i, "compute"],
];

export function nodeKind(type: string): NodeKind {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? (type.startsWith("AWS::") ? "remote" : "service");
}

/** A type as people say it: `AWS::DynamoDB::Table` is a DynamoDB table. */
export function typeText(type: string): string {
  if (type === "") return "Service";
  if (type === "client") return "Client";
  if (type === "remote") return "Remote";
  const [, service, resource] = type.split("::");
  if (type.startsWith("AWS::") && service) return resource ? `${service} ${spaced(resource)}` : service;
  return type.split("::").join(" ");
}

function spaced(word: string): string {
  return word.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
