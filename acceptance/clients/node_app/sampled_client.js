// Asks the central sampler for fifty requests a second; prints how many were sampled in each second.
const { middleware } = require("aws-xray-sdk-core");

const seconds = Number(process.argv[2]);
const sampled = new Array(seconds).fill(0);
const started = Date.now();
const request = { serviceName: "sampled", host: "h", httpMethod: "GET", urlPath: "/" };

const timer = setInterval(() => {
  const second = Math.floor((Date.now() - started) / 1000);
  if (second >= seconds) {
    clearInterval(timer);
    process.stdout.write(`${sampled.join(" ")}\n`, () => process.exit(0));
  } else if (middleware.sampler.shouldSample({ ...request })) {
    sampled[second] += 1;
  }
}, 20);
