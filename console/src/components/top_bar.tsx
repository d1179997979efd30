/** The bar at the top: account, region, time zone, theme, sign out. */

import type { ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { memo } from "react";
import icon from "../app/icon.svg";
import { REGIONS } from "../model/region";
import { useConnection, useSignOut } from "../query/connection";
import { hashOf, tracesPath } from "../url/paths";
import { goToRegion } from "../url/region";
import { type Theme, usePreferences } from "./preferences";

const THEMES: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };
const ZONES = { local: "Local time", utc: "UTC" } as const;

/** Is the same on every page, so a change of page does not draw it. */
export const TopBar = memo(function TopBar() {
  const { clients } = useConnection();
  const { theme, zone, prefer } = usePreferences();
  const account = useAccountMenu();
  const choose = (id: string) => {
    if (id === "local" || id === "utc") prefer({ zone: id });
    else if (id === "system" || id === "light" || id === "dark") prefer({ theme: id });
  };
  return (
    <TopNavigation
      identity={{ href: hashOf(tracesPath()), title: "Skylens", logo: { src: icon, alt: "" } }}
      utilities={[
        {
          type: "menu-dropdown",
          text: clients.region,
          ariaLabel: `Region ${clients.region}`,
          items: regionItems(clients.region),
          onItemClick: ({ detail }) => goToRegion(detail.id),
        },
        {
          type: "menu-dropdown",
          iconName: "settings",
          ariaLabel: "Settings",
          items: [
            { text: "Times", items: choices(ZONES, zone) },
            { text: "Theme", items: choices(THEMES, theme) },
          ],
          onItemClick: ({ detail }) => choose(detail.id),
        },
        account,
      ]}
    />
  );
});

function useAccountMenu(): TopNavigationProps.Utility {
  const { session } = useConnection();
  const signOut = useSignOut();
  const name =
    session.UserName ?? (session.Arn.endsWith(":root") ? "root" : (session.Arn.split("/").at(-1) ?? session.Arn));
  return {
    type: "menu-dropdown",
    iconName: "user-profile",
    text: `${name} @ ${session.AccountId}`,
    description: session.Arn,
    items: [
      session.Auth === "off"
        ? { id: "off", text: "Sign-in is off on this server", disabled: true }
        : { id: "sign-out", text: "Sign out" },
    ],
    onItemClick: ({ detail }) => {
      if (detail.id === "sign-out") void signOut();
    },
  };
}

function choices(texts: Record<string, string>, chosen: string): ButtonDropdownProps.CheckboxItem[] {
  return Object.entries(texts).map(([id, text]) => ({ itemType: "checkbox", id, text, checked: id === chosen }));
}

function regionItems(current: string): ButtonDropdownProps.Items {
  const regions = REGIONS.some((region) => region.id === current) ? REGIONS : [{ id: current, name: "" }, ...REGIONS];
  return regions.map(({ id, name }) => ({ id, text: id, secondaryText: name, disabled: id === current }));
}
