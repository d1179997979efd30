/** Which page a path shows. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useEffect } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { Empty } from "../components/empty";
import { oursOf } from "../url/aws_links";
import { hashOf, tracesPath } from "../url/paths";
import { LoadedPage } from "./loaded_page";
import { loadTheRest, PAGE_MODULES } from "./page_modules";

export function Pages() {
  const { pathname, search } = useLocation();
  useEffect(loadTheRest, []);
  const ours = oursOf(pathname + search);
  if (ours) return <Navigate to={ours} replace />;
  return (
    <Routes>
      <Route index element={<Navigate to={tracesPath()} replace />} />
      <Route path="/sign-in" element={<Navigate to={tracesPath()} replace />} />
      {PAGE_MODULES.map((module) => (
        <Route key={module.path} path={module.path} element={<LoadedPage key={module.path} module={module} />} />
      ))}
      <Route path="*" element={<NotFound path={pathname} />} />
    </Routes>
  );
}

function NotFound({ path }: { path: string }) {
  return (
    <Empty title="There is no such page" action={<Button href={hashOf(tracesPath())}>Traces</Button>}>
      The console has no page <Box variant="code">{path}</Box>.
    </Empty>
  );
}
