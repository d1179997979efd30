// Asks the central sampler for fifty requests a second; prints how many were sampled in each second.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-xray-sdk-go/strategy/sampling"
	"github.com/aws/aws-xray-sdk-go/xray"
)

func main() {
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	strategy, err := sampling.NewCentralizedStrategy()
	if err != nil {
		panic(err)
	}
	if err := xray.Configure(xray.Config{DaemonAddr: os.Getenv("AWS_XRAY_DAEMON_ADDRESS"), SamplingStrategy: strategy}); err != nil {
		panic(err)
	}
	sampled := make([]int, seconds)
	for started := time.Now(); time.Since(started) < time.Duration(seconds)*time.Second; time.Sleep(20 * time.Millisecond) {
		second := int(time.Since(started).Seconds())
		request := sampling.Request{ServiceName: "sampled", Host: "h", Method: "GET", URL: "/"}
		if strategy.ShouldTrace(&request).Sample && second < seconds {
			sampled[second]++
		}
	}
	for _, count := range sampled {
		fmt.Print(count, " ")
	}
}
