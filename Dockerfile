# syntax=docker/dockerfile:1
# `translate`, by itself or as a server, without root and with models in a volume (docs/install.md):
#   docker build -t audarma .
#   docker run --rm -v audarma-models:/models -v "$PWD:/work" audarma article.txt
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/source/target \
    cargo build --locked --release --bin translate && cp target/release/translate /translate && mkdir /models

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /translate /usr/bin/translate
COPY LICENSE-MIT LICENSE-APACHE NOTICE /usr/share/doc/audarma/
# Downloaded models, and weights converted for this machine.
# A volume takes its owner and mode from here.
COPY --from=build --chown=65532:65532 --chmod=1777 /models /models
ENV HF_HOME=/models/huggingface AUDARMA_CACHE=/models/audarma
VOLUME /models
WORKDIR /work
ENTRYPOINT ["/usr/bin/translate"]
CMD ["--help"]
