/** Which page a path shows. Every page is loaded when it is first opened. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { Empty } from "../components/empty";
import { Loading } from "../components/loading";
import { oursOf } from "../url/aws_links";
import { hashOf, PATHS, tracesPath } from "../url/paths";

const AnalyticsPage = lazy(() => import("../pages/analytics/analytics_page"));
const ComparePage = lazy(() => import("../pages/compare/compare_page"));
const DoctorPage = lazy(() => import("../pages/doctor/doctor_page"));
const EncryptionPage = lazy(() => import("../pages/encryption/encryption_page"));
const GroupsPage = lazy(() => import("../pages/groups/groups_page"));
const SamplingPage = lazy(() => import("../pages/sampling/sampling_page"));
const EventsPage = lazy(() => import("../pages/events/events_page"));
const TraceMapPage = lazy(() => import("../pages/trace_map/trace_map_page"));
const TracePage = lazy(() => import("../pages/trace/trace_page"));
const WelcomePage = lazy(() => import("../pages/welcome/welcome_page"));
const TracesPage = lazy(() => import("../pages/traces/traces_page"));

export function Pages() {
  const { pathname, search } = useLocation();
  const ours = oursOf(pathname + search);
  if (ours) return <Navigate to={ours} replace />;
  return (
    <Suspense fallback={<Loading what="the page" />}>
      <Routes>
        <Route index element={<Navigate to={tracesPath()} replace />} />
        <Route path="/sign-in" element={<Navigate to={tracesPath()} replace />} />
        <Route path={PATHS.map} element={<TraceMapPage />} />
        <Route path={PATHS.traces} element={<TracesPage />} />
        <Route path={PATHS.analytics} element={<AnalyticsPage />} />
        <Route path={PATHS.sampling} element={<SamplingPage />} />
        <Route path={PATHS.groups} element={<GroupsPage />} />
        <Route path={PATHS.encryption} element={<EncryptionPage />} />
        <Route path={PATHS.welcome} element={<WelcomePage />} />
        <Route path={PATHS.doctor} element={<DoctorPage />} />
        <Route path={PATHS.events} element={<EventsPage />} />
        <Route path={PATHS.trace} element={<TracePage />} />
        <Route path={PATHS.compare} element={<ComparePage />} />
        <Route path="*" element={<NotFound path={pathname} />} />
      </Routes>
    </Suspense>
  );
}

function NotFound({ path }: { path: string }) {
  return (
    <Empty title="There is no such page" action={<Button href={hashOf(tracesPath())}>Traces</Button>}>
      The console has no page <Box variant="code">{path}</Box>.
    </Empty>
  );
}
