// One Express request under the X-Ray SDK for Node, with a call to another service in it; prints the trace id.
const AWSXRay = require("aws-xray-sdk");
const express = require("express");
const http = AWSXRay.captureHTTPs(require("http"));

AWSXRay.setContextMissingStrategy("LOG_ERROR");
const backend = require("http").createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");

const app = express();
app.use(AWSXRay.express.openSegment("node-front"));
app.get("/node", (_, response) => {
  const segment = AWSXRay.getSegment();
  segment.addAnnotation("language", "node");
  http.get({ host: "127.0.0.1", port: backend.address().port, path: "/" }, (answer) => {
    answer.resume();
    answer.on("end", () => response.status(503).json({ trace: segment.trace_id }));
  });
});
app.use(AWSXRay.express.closeSegment());

const server = app.listen(0, "127.0.0.1", () => {
  const headers = { "X-Amzn-Trace-Id": "Sampled=1" };
  require("http").get({ host: "127.0.0.1", port: server.address().port, path: "/node", headers }, (answer) => {
    let text = "";
    answer.on("data", (piece) => (text += piece));
    answer.on("end", () => {
      console.log(JSON.parse(text).trace);
      setTimeout(() => process.exit(0), 500);
    });
  });
});
