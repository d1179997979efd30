/** AWS's regions. Here each is a name that data stands under; any other name works in the URL too. */

export const REGIONS = [
  { id: "us-east-1", name: "N. Virginia" },
  { id: "us-east-2", name: "Ohio" },
  { id: "us-west-1", name: "N. California" },
  { id: "us-west-2", name: "Oregon" },
  { id: "ca-central-1", name: "Canada" },
  { id: "sa-east-1", name: "São Paulo" },
  { id: "eu-central-1", name: "Frankfurt" },
  { id: "eu-west-1", name: "Ireland" },
  { id: "eu-west-2", name: "London" },
  { id: "eu-west-3", name: "Paris" },
  { id: "eu-north-1", name: "Stockholm" },
  { id: "eu-south-1", name: "Milan" },
  { id: "ap-south-1", name: "Mumbai" },
  { id: "ap-southeast-1", name: "Singapore" },
  { id: "ap-southeast-2", name: "Sydney" },
  { id: "ap-northeast-1", name: "Tokyo" },
  { id: "ap-northeast-2", name: "Seoul" },
  { id: "ap-northeast-3", name: "Osaka" },
] as const;
