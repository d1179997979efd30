// Recommendations: the shop's service in Node.js, traced by AWS's own X-Ray SDK for Node and its Express middleware.
const AWSXRay = require("aws-xray-sdk-core");
const middleware = require("aws-xray-sdk-express");
const express = require("express");
const http = AWSXRay.captureHTTPs(require("http"));

const NAME = "recommendations";
const catalog = `http://127.0.0.1:${process.env.SHOP_CATALOG_PORT}/products`;

function products() {
  return new Promise((resolve, reject) => {
    http
      .get(catalog, (answer) => {
        let text = "";
        answer.on("data", (piece) => (text += piece));
        answer.on("end", () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
      })
      .on("error", reject);
  });
}

const app = express();
app.use(middleware.openSegment(NAME));

app.get("/for/:product", async (request, response) => {
  const product = Number(request.params.product);
  AWSXRay.getSegment().addAnnotation("product", product);
  const others = (await products()).filter((one) => one.id !== product);
  response.json(others.sort(() => Math.random() - 0.5).slice(0, 3));
});

app.use(middleware.closeSegment());
app.listen(Number(process.env.PORT), "127.0.0.1");
