/** What stands around every page: who and where you are, and the way to the other pages. */

import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { type ReactNode, useState } from "react";
import { useLocation } from "react-router";
import { hashOf, PATHS, tracesPath } from "../url/paths";
import { Breadcrumbs } from "./breadcrumbs";
import { TopBar } from "./top_bar";

/** Pages that are built. One that is not has no link. */
const PAGES: SideNavigationProps.Item[] = [
  { type: "link", text: "Get started", href: hashOf(PATHS.welcome) },
  { type: "link", text: "Doctor", href: hashOf(PATHS.doctor) },
  { type: "divider" },
  {
    type: "section",
    text: "X-Ray traces",
    items: [
      { type: "link", text: "Trace map", href: hashOf(PATHS.map) },
      { type: "link", text: "Traces", href: hashOf(tracesPath()) },
      { type: "link", text: "Analytics", href: hashOf(PATHS.analytics) },
    ],
  },
  {
    type: "section",
    text: "X-Ray settings",
    items: [
      { type: "link", text: "Sampling", href: hashOf(PATHS.sampling) },
      { type: "link", text: "Groups", href: hashOf(PATHS.groups) },
      { type: "link", text: "Encryption", href: hashOf(PATHS.encryption) },
    ],
  },
  { type: "section", text: "CloudTrail", items: [{ type: "link", text: "Event history", href: hashOf(PATHS.events) }] },
];

interface ShellProps {
  readonly children: ReactNode;
}

export function Shell({ children }: ShellProps) {
  const { pathname } = useLocation();
  const [open, setOpen] = useState(() => matchMedia("(min-width: 1100px)").matches);
  return (
    <>
      <div id="top-bar">
        <TopBar />
      </div>
      <AppLayoutToolbar
        headerSelector="#top-bar"
        breadcrumbs={<Breadcrumbs />}
        navigation={<SideNavigation items={PAGES} activeHref={hashOf(section(pathname))} />}
        navigationWidth={220}
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        toolsHide
        maxContentWidth={Number.MAX_VALUE}
        content={children}
      />
    </>
  );
}

/** `/traces/1-…` belongs to `/traces`, and so does what compares two of them. */
function section(pathname: string): string {
  const [, first = ""] = pathname.split("/");
  return `/${first === "compare" ? "traces" : first}`;
}
