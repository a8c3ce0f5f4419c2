"""The executables in Pulumi's official archives for Linux, release by release.

An archive holds the commands that ``.goreleaser.yml`` builds, the scripts that
``scripts/prep-for-goreleaser.sh`` installs for Linux, and the language hosts that
``scripts/get-language-providers.sh`` and ``scripts/get-pulumi-watch.sh`` download. Homebrew's
formula (``make brew``) installs the same files.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """A release of the CLI.

    Attributes:
        version: as ``pulumi version`` prints it.
        files: the executables in its archive.
        source: where the list is from.
    """

    version: str
    files: frozenset[str]
    source: str


COMMON = frozenset(
    {
        "pulumi",
        "pulumi-language-dotnet",
        "pulumi-language-go",
        "pulumi-language-nodejs",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-language-yaml",
        "pulumi-resource-pulumi-nodejs",
        "pulumi-resource-pulumi-python",
        "pulumi-watch",
    }
)
JAVA = frozenset({"pulumi-language-java"})
POLICY_LAUNCHERS = frozenset({"pulumi-analyzer-policy", "pulumi-analyzer-policy-python"})
BUN_AND_PCL = frozenset({"pulumi-language-bun", "pulumi-language-pcl"})

RELEASES = [
    Release("v3.216.0", COMMON | JAVA | POLICY_LAUNCHERS, "pulumi/pulumi, tag v3.216.0"),
    Release("v3.220.0", COMMON | JAVA | POLICY_LAUNCHERS, "pulumi/pulumi, tag v3.220.0"),
    Release(
        "v3.221.0",
        COMMON | JAVA,
        "pulumi/pulumi, tag v3.221.0: #21684 removed the launchers of policy packs",
    ),
    Release(
        "v3.260.0",
        COMMON | JAVA | BUN_AND_PCL,
        "pulumi/pulumi at 1b5949891b (sdk/.version 3.260.0), and the bundled plugins in "
        "sdk/v3 v3.260.0, go/common/workspace/plugins.go",
    ),
    Release(
        "v3.276.0",
        COMMON | BUN_AND_PCL,
        "Go modules of v3.276.0: sdk/v3 python/dist and nodejs/dist, its bundled plugins in "
        "go/common/workspace/plugins.go, and pkg/v3 util/plugin.go: Java is downloaded on demand",
    ),
]
