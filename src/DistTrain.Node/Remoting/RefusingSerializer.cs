using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace DistTrain.Node.Remoting;

/// <summary>
/// Stands where Akka binds its JSON serializer, under the same number. That one would build whatever type a payload
/// names; this one builds nothing and writes nothing.
/// </summary>
public sealed class RefusingSerializer(ExtendedActorSystem system) : Serializer(system)
{
    /// <summary>The number of Akka's JSON serializer, so that payloads addressed to it arrive here.</summary>
    public const int Id = 1;

    public override int Identifier => Id;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj.GetType()} has no serializer: only messages of proto/control.proto leave this process");

    public override object FromBinary(byte[] bytes, Type? type) =>
        throw new SerializationException("a payload for the JSON serializer was refused: only messages of proto/control.proto are accepted");
}
