/** What a person prefers on this machine: theme, time zone. Kept in the browser; a colleague's link does not change it. */

import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Zone } from "../model/instant";

export type Theme = "system" | "light" | "dark";

interface Preferences {
  readonly theme: Theme;
  readonly zone: Zone;
}

interface PreferencesAndHow extends Preferences {
  readonly prefer: (changed: Partial<Preferences>) => void;
}

const KEY = "skylens.preferences";
const DEFAULTS: Preferences = { theme: "system", zone: "local" };
const DARK = "(prefers-color-scheme: dark)";
const PreferencesContext = createContext<PreferencesAndHow>({ ...DEFAULTS, prefer: () => undefined });

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(kept);
  useTheme(preferences.theme);
  const value = useMemo(
    () => ({
      ...preferences,
      prefer: (changed: Partial<Preferences>) => {
        const next = { ...preferences, ...changed };
        localStorage.setItem(KEY, JSON.stringify(next));
        setPreferences(next);
      },
    }),
    [preferences],
  );
  return <PreferencesContext value={value}>{children}</PreferencesContext>;
}

export function usePreferences(): PreferencesAndHow {
  return useContext(PreferencesContext);
}

function kept(): Preferences {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return {
      theme: found.theme === "light" || found.theme === "dark" ? found.theme : "system",
      zone: found.zone === "utc" ? "utc" : "local",
    };
  } catch {
    return DEFAULTS; // what lies there is not ours, or the browser keeps nothing for us
  }
}

function useTheme(theme: Theme): void {
  useEffect(() => {
    const system = matchMedia(DARK);
    const apply = () => applyMode(theme === "dark" || (theme === "system" && system.matches) ? Mode.Dark : Mode.Light);
    apply();
    system.addEventListener("change", apply);
    return () => system.removeEventListener("change", apply);
  }, [theme]);
}
