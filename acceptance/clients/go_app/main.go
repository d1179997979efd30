// A request served under the X-Ray SDK for Go, with one call in it; prints the trace id.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/aws/aws-xray-sdk-go/strategy/sampling"
	"github.com/aws/aws-xray-sdk-go/xray"
)

func main() {
	strategy, err := sampling.NewCentralizedStrategy()
	if err != nil {
		panic(err)
	}
	if err := xray.Configure(xray.Config{DaemonAddr: os.Getenv("AWS_XRAY_DAEMON_ADDRESS"), SamplingStrategy: strategy}); err != nil {
		panic(err)
	}
	traces := make(chan string, 1)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	front := httptest.NewServer(xray.Handler(xray.NewFixedSegmentNamer("go-front"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = xray.AddAnnotation(r.Context(), "language", "go")
		call, _ := http.NewRequestWithContext(r.Context(), http.MethodGet, backend.URL, nil)
		answer, err := xray.Client(http.DefaultClient).Do(call)
		if err != nil {
			panic(err)
		}
		answer.Body.Close()
		_ = xray.Capture(r.Context(), "work", func(context.Context) error { time.Sleep(time.Millisecond); return nil })
		traces <- xray.TraceID(r.Context())
		w.WriteHeader(200)
	})))
	request, _ := http.NewRequest(http.MethodGet, front.URL+"/go", nil)
	request.Header.Set("X-Amzn-Trace-Id", "Sampled=1")
	if _, err := http.DefaultClient.Do(request); err != nil {
		panic(err)
	}
	fmt.Println(<-traces)
	time.Sleep(500 * time.Millisecond)
}
