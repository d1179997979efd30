/** How each kind of application is pointed here: what to set, and the fewest lines that send a trace. */

export interface Place {
  readonly endpoint: string;
  readonly region: string;
  /** Where SDKs send their segments; "off" where the server runs no daemon. */
  readonly daemon: string;
}

export interface Snippet {
  readonly id: string;
  readonly name: string;
  /** What the lines are, in a sentence. */
  readonly says: string;
  readonly lines: string;
}

export function snippetsFor(place: Place): Snippet[] {
  return WRITERS.map(({ lines, ...rest }) => ({ ...rest, lines: lines(place) }));
}

/** What a shell exports before it starts an application. */
export function environmentOf({ endpoint, region, daemon }: Place): string {
  const lines = [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    `export AWS_REGION=${region}`,
    ...(daemon === "off" ? [] : [`export AWS_XRAY_DAEMON_ADDRESS=${daemon}`]),
  ];
  return lines.join("\n");
}

function daemonConfiguration({ endpoint, region }: Place): string {
  return `Version: 2
Region: ${region}
Endpoint: ${endpoint}
LocalMode: true`;
}

const COLLECTOR = ({ endpoint, region }: Place) => `receivers:
  otlp:
    protocols: { grpc: {}, http: {} }
exporters:
  awsxray:
    endpoint: ${endpoint}
    region: ${region}
    local_mode: true
    indexed_attributes: [tenant]
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [awsxray] }`;

const WRITERS: readonly (Omit<Snippet, "lines"> & { readonly lines: (place: Place) => string })[] = [
  {
    id: "python",
    name: "Python",
    says: "pip install aws-xray-sdk flask; then flask --app shop run.",
    lines: ({ daemon }) => `from aws_xray_sdk.core import patch_all, xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask

app = Flask("shop")
xray_recorder.configure(service="shop", daemon_address="${daemon}")
XRayMiddleware(app, xray_recorder)
patch_all()


@app.get("/orders/<number>")
def order(number):
    xray_recorder.current_segment().put_annotation("order", number)
    return {"order": number}`,
  },
  {
    id: "node",
    name: "Node.js",
    says: "npm install aws-xray-sdk express; then node app.js.",
    lines: ({ daemon }) => `const AWSXRay = require("aws-xray-sdk");
const express = require("express");
AWSXRay.setDaemonAddress("${daemon}");
AWSXRay.captureHTTPsGlobal(require("http"));

const app = express();
app.use(AWSXRay.express.openSegment("shop"));
app.get("/orders/:number", (request, response) => {
  AWSXRay.getSegment().addAnnotation("order", request.params.number);
  response.json({ order: request.params.number });
});
app.use(AWSXRay.express.closeSegment());
app.listen(3000);`,
  },
  {
    id: "java",
    name: "Java",
    says: "With com.amazonaws:aws-xray-recorder-sdk-core, and the address in the environment.",
    lines: ({ daemon }) => `// AWS_XRAY_DAEMON_ADDRESS=${daemon}
import com.amazonaws.xray.AWSXRay;

AWSXRay.beginSegment("shop").putAnnotation("order", number);
try {
    handle(number);
} finally {
    AWSXRay.endSegment();
}`,
  },
  {
    id: "go",
    name: "Go",
    says: "go get github.com/aws/aws-xray-sdk-go",
    lines: ({ daemon }) => `xray.Configure(xray.Config{DaemonAddr: "${daemon}"})
orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	xray.AddAnnotation(r.Context(), "order", r.URL.Path)
	w.Write([]byte("{}"))
})
http.ListenAndServe(":4000", xray.Handler(xray.NewFixedSegmentNamer("shop"), orders))`,
  },
  {
    id: "dotnet",
    name: ".NET",
    says: "With AWSXRayRecorder.Handlers.AspNetCore, and the address in the environment.",
    lines: ({ daemon }) => `// AWS_XRAY_DAEMON_ADDRESS=${daemon}
var app = WebApplication.Create();
app.UseXRay("shop");
app.MapGet("/orders/{number}", (string number) =>
{
    AWSXRayRecorder.Instance.AddAnnotation("order", number);
    return new { order = number };
});
app.Run();`,
  },
  {
    id: "ecs",
    name: "ECS, EKS, EC2",
    says: "A daemon beside the application, this one's or AWS's, with this cfg.yaml; its Endpoint must be reachable from there.",
    lines: (place) => `${daemonConfiguration(place)}
Socket:
  UDPAddress: "0.0.0.0:2000"
  TCPAddress: "0.0.0.0:2000"`,
  },
  {
    id: "beanstalk",
    name: "Elastic Beanstalk",
    says: "As .ebextensions/skylens.config: the instance's own daemon, pointed here. Its Endpoint must be reachable from there.",
    lines: (place) => `files:
  "/etc/amazon/xray/cfg.yaml":
    mode: "000644"
    owner: root
    group: root
    content: |
${indented(daemonConfiguration(place), 6)}
container_commands:
  01-daemon:
    command: systemctl restart xray`,
  },
  {
    id: "lambda",
    name: "Lambda",
    says: "The ADOT layer with this collector.yaml in the function, named by OPENTELEMETRY_COLLECTOR_CONFIG_URI=/var/task/collector.yaml.",
    lines: COLLECTOR,
  },
  {
    id: "otel",
    name: "OpenTelemetry",
    says: "The collector's own exporter for X-Ray. Attributes that are to be searched are listed.",
    lines: COLLECTOR,
  },
  {
    id: "boto3",
    name: "Without an SDK",
    says: "pip install boto3; endpoint, region and key from the environment.",
    lines: ({ endpoint, region }) => `import json, os, time
import boto3

now = time.time()
segment = {
    "name": "nightly-report",
    "id": os.urandom(8).hex(),
    "trace_id": f"1-{int(now):08x}-{os.urandom(12).hex()}",
    "start_time": now - 2,
    "end_time": now,
}
xray = boto3.client("xray", endpoint_url="${endpoint}", region_name="${region}")
print(xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)]))`,
  },
];

function indented(text: string, by: number): string {
  return text.replace(/^/gm, " ".repeat(by));
}
