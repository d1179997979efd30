/** Doctor's checks, made when somebody asks for them: each leaves a test trace behind. */

import { useQuery } from "@tanstack/react-query";
import { examine } from "../aws/doctor";

export function useExamination() {
  return useQuery({
    queryKey: ["doctor"],
    queryFn: ({ signal }) => examine(signal),
    staleTime: Infinity,
    gcTime: 0,
  });
}
