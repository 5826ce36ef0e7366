# The Homebrew formula. `cargo xtask manifests` fills in the version and the checksums.
class Flowvet < Formula
  desc "{{description}}"
  homepage "{{homepage}}"
  version "{{version}}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "{{download}}/flowvet-v{{version}}-aarch64-apple-darwin.tar.gz"
      sha256 "{{sha256 aarch64-apple-darwin}}"
    end
    on_intel do
      url "{{download}}/flowvet-v{{version}}-x86_64-apple-darwin.tar.gz"
      sha256 "{{sha256 x86_64-apple-darwin}}"
    end
  end

  on_linux do
    on_arm do
      url "{{download}}/flowvet-v{{version}}-aarch64-unknown-linux-musl.tar.gz"
      sha256 "{{sha256 aarch64-unknown-linux-musl}}"
    end
    on_intel do
      url "{{download}}/flowvet-v{{version}}-x86_64-unknown-linux-musl.tar.gz"
      sha256 "{{sha256 x86_64-unknown-linux-musl}}"
    end
  end

  def install
    bin.install "flowvet"
    generate_completions_from_executable(bin/"flowvet", "completions")
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/flowvet --version")
    assert_match "ChildFlowNeverPublished", shell_output("#{bin}/flowvet explain ChildFlowNeverPublished")
  end
end
