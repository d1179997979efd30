/** Calls of X-Ray's operations on the service graph. */

import {
  GetServiceGraphCommand,
  type GetServiceGraphCommandInput,
  type GetServiceGraphCommandOutput,
  GetTimeSeriesServiceStatisticsCommand,
  type GetTimeSeriesServiceStatisticsCommandInput,
  type GetTimeSeriesServiceStatisticsCommandOutput,
  GetTraceGraphCommand,
  type GetTraceGraphCommandInput,
  type GetTraceGraphCommandOutput,
} from "@aws-sdk/client-xray";
import { type Call, xrayCall } from "./call";

export function getServiceGraph(input: GetServiceGraphCommandInput): Call<GetServiceGraphCommandOutput> {
  return xrayCall("GetServiceGraph", "/ServiceGraph", input, ({ xray }, options) =>
    xray.send(new GetServiceGraphCommand(input), options),
  );
}

export function getTraceGraph(input: GetTraceGraphCommandInput): Call<GetTraceGraphCommandOutput> {
  return xrayCall("GetTraceGraph", "/TraceGraph", input, ({ xray }, options) =>
    xray.send(new GetTraceGraphCommand(input), options),
  );
}

export function getTimeSeries(
  input: GetTimeSeriesServiceStatisticsCommandInput,
): Call<GetTimeSeriesServiceStatisticsCommandOutput> {
  return xrayCall("GetTimeSeriesServiceStatistics", "/TimeSeriesServiceStatistics", input, ({ xray }, options) =>
    xray.send(new GetTimeSeriesServiceStatisticsCommand(input), options),
  );
}
