using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace DistTrain.Node.Remoting;

/// <summary>
/// Stands where Akka has a serializer that would build whatever a payload names, under the same number, so that such
/// payloads arrive here. Builds nothing and writes nothing.
/// </summary>
public abstract class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj.GetType()} has no serializer: only messages of proto/control.proto leave this process");

    public override object FromBinary(byte[] bytes, Type? type) =>
        throw new SerializationException($"a payload for serializer {Identifier} was refused: only messages of proto/control.proto are accepted");
}

/// <summary>In place of Akka's JSON serializer, which builds any type.</summary>
public sealed class RefusingJsonSerializer : RefusingSerializer
{
    /// <param name="settings">The JSON serializer's, which Akka insists on handing over.</param>
    public RefusingJsonSerializer(ExtendedActorSystem system, Config settings)
        : base(system) => _ = settings;

    public override int Identifier => 1;
}

/// <summary>In place of Akka's serializer for protobuf messages of any assembly.</summary>
public sealed class RefusingProtobufSerializer(ExtendedActorSystem system) : RefusingSerializer(system)
{
    public override int Identifier => 2;
}

/// <summary>In place of the one that starts actors on the word of another node.</summary>
public sealed class RefusingDeploymentSerializer(ExtendedActorSystem system) : RefusingSerializer(system)
{
    public override int Identifier => 3;
}
