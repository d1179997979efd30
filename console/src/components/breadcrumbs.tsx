/** Where a page stands, for the bar above it. */

import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useLocation } from "react-router";
import { hashOf, tracesPath } from "../url/paths";

const NAMES: Record<string, string> = {
  welcome: "Get started",
  doctor: "Doctor",
  map: "Trace map",
  traces: "Traces",
  events: "Event history",
  analytics: "Analytics",
  sampling: "Sampling",
  groups: "Groups",
  encryption: "Encryption",
};

export function Breadcrumbs() {
  const { pathname } = useLocation();
  const [page = "", rest] = pathname.slice(1).split("/");
  const items = [{ text: "Skylens", href: hashOf(tracesPath()) }];
  if (page === "compare") {
    items.push({ text: "Traces", href: hashOf(tracesPath()) }, { text: "Comparison", href: hashOf(pathname) });
    return <BreadcrumbGroup items={items} ariaLabel="Where you are" />;
  }
  if (NAMES[page]) items.push({ text: NAMES[page], href: hashOf(`/${page}`) });
  if (rest) items.push({ text: rest, href: hashOf(`/${page}/${rest}`) });
  return <BreadcrumbGroup items={items} ariaLabel="Where you are" />;
}
