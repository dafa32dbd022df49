# Bases that stand in for mcr.microsoft.com/dotnet/{aspnet,sdk}:10.0 where no image can be pulled. The context is
# the machine's .NET and its list of certificates; the root is a Debian whose libstdc++ is as new as the real ones'.
ARG ROOT_IMAGE
FROM ${ROOT_IMAGE} AS aspnet
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY dotnet /usr/share/dotnet/
COPY host/ /usr/share/dotnet/host/
COPY shared/ /usr/share/dotnet/shared/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
# As the real one sets it: an image on top of it has to cope.
ENV ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true

FROM aspnet AS sdk
COPY sdk/ /usr/share/dotnet/sdk/
COPY packs/ /usr/share/dotnet/packs/
COPY templates/ /usr/share/dotnet/templates/
COPY sdk-manifests/ /usr/share/dotnet/sdk-manifests/
ARG NUGET_CERT_REVOCATION_MODE
ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE} \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY=false \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false NUGET_XMLDOC_MODE=skip
