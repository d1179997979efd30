/** Gives the focus back to what had it before a dialog opened, once the dialog is gone. */

import { useEffect, useRef } from "react";

export function useReturnedFocus(): void {
  // Read while the dialog is first drawn: by the time of an effect it has the focus itself.
  const opener = useRef(document.activeElement);
  useEffect(() => {
    const before = opener.current;
    // Only once the dialog has let go of it; and what is gone from the page by then takes none.
    return () => void setTimeout(() => before instanceof HTMLElement && before.focus());
  }, []);
}
